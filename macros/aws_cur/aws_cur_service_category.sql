{#
    The FOCUS service category of a product code. Codes that nobody listed, and products of the
    marketplace (25 letters and digits), are Other: the service's own name is kept beside it.
#}
{% macro aws_cur_service_category(product_code, product_name) -%}
    case
        -- Third parties' models are billed by the marketplace, "Claude (Amazon Bedrock Edition)".
        when {{ product_name }} like '%Bedrock%' then 'AI and Machine Learning'
        when {{ product_code }} in (
            'AmazonBedrock', 'AmazonBedrockService', 'AmazonBedrockFoundationModels', 'AmazonBedrockAgentCore',
            'AmazonSageMaker', 'MachineLearningSavingsPlans', 'AmazonQ', 'AmazonQDeveloper', 'AmazonComprehend',
            'AmazonForecast', 'AmazonKendra', 'AmazonLex', 'AmazonPersonalize', 'AmazonPolly', 'AmazonRekognition',
            'AmazonTextract', 'AmazonTranscribe', 'AmazonTranslate', 'transcribe', 'translate', 'comprehend'
        ) then 'AI and Machine Learning'
        when {{ product_code }} in (
            'AmazonEC2', 'AmazonECS', 'AmazonEKS', 'AWSLambda', 'AmazonLightsail', 'AWSBatch', 'AWSElasticBeanstalk',
            'ComputeSavingsPlans', 'AmazonParallelComputingService', 'AWSAppRunner', 'AmazonECR', 'AmazonECRPublic',
            'AWSOutposts', 'ElasticMapReduce-EC2'
        ) then 'Compute'
        when {{ product_code }} in (
            'AmazonS3', 'AmazonEFS', 'AmazonFSx', 'AmazonGlacier', 'AmazonS3GlacierDeepArchive', 'AWSBackup',
            'AWSStorageGateway', 'AWSStorageGatewayDeepArchive', 'AWSDataSync', 'AWSTransfer'
        ) then 'Storage'
        when {{ product_code }} in (
            'AmazonRDS', 'AmazonDynamoDB', 'AmazonElastiCache', 'AmazonMemoryDB', 'AmazonNeptune', 'AmazonDocDB',
            'AmazonTimestream', 'AmazonDAX', 'AmazonSimpleDB', 'AmazonMCS', 'DatabaseSavingsPlans'
        ) then 'Databases'
        when {{ product_code }} in (
            'AmazonVPC', 'AmazonCloudFront', 'AmazonRoute53', 'AWSELB', 'AWSDirectConnect', 'AWSDataTransfer',
            'AWSGlobalAccelerator', 'AmazonApiGateway', 'AWSNetworkFirewall', 'AmazonVPCLattice', 'AWSCloudMap'
        ) then 'Networking'
        when {{ product_code }} in (
            'AmazonAthena', 'AmazonRedshift', 'AWSGlue', 'ElasticMapReduce', 'AmazonES', 'AmazonKinesis',
            'AmazonKinesisFirehose', 'AmazonKinesisAnalytics', 'AmazonMSK', 'AmazonQuickSight', 'AWSLakeFormation',
            'AmazonMWAA', 'AmazonDataZone'
        ) then 'Analytics'
        when {{ product_code }} in (
            'AmazonCloudWatch', 'AWSCloudTrail', 'AWSConfig', 'AWSSystemsManager', 'AWSServiceCatalog',
            'AmazonGrafana', 'AmazonPrometheus', 'AWSXRay', 'AWSCostExplorer', 'AWSCloudFormation'
        ) then 'Management and Governance'
        when {{ product_code }} in (
            'awskms', 'AWSSecretsManager', 'AmazonGuardDuty', 'AmazonInspector', 'AmazonInspectorV2', 'AWSSecurityHub',
            'awswaf', 'AWSShield', 'AmazonMacie', 'AmazonDetective', 'CloudHSM', 'AWSCertificateManager'
        ) then 'Security'
        when {{ product_code }} in ('AmazonCognito', 'AWSDirectoryService', 'AWSIdentityStore') then 'Identity'
        when {{ product_code }} in (
            'AWSQueueService', 'AmazonSNS', 'AWSEvents', 'AmazonStates', 'AmazonMQ', 'AmazonAppFlow', 'AWSAppSync'
        ) then 'Integration'
        when {{ product_code }} in (
            'CodeBuild', 'AWSCodeArtifact', 'AWSCodeCommit', 'AWSCodeDeploy', 'AWSCodePipeline', 'AmazonCodeGuru',
            'AmazonCodeCatalyst', 'AWSCloud9'
        ) then 'Developer Tools'
        when {{ product_code }} in ('AWSIoT', 'AWSIoTAnalytics', 'AWSGreengrass', 'AWSIoTDeviceManagement')
            then 'Internet of Things'
        when {{ product_code }} in ('AmazonConnect', 'AmazonSES', 'AmazonWorkMail', 'AmazonChime', 'AmazonPinpoint')
            then 'Business Applications'
        when {{ product_code }} in ('AWSDatabaseMigrationSvc', 'AWSMigrationHub') then 'Migration'
        else 'Other'
    end
{%- endmacro %}
