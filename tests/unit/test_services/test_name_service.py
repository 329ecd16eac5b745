# tests/unit/test_services/test_name_service.py
import pytest
from unittest.mock import Mock, AsyncMock
from services.name_service import NameService

@pytest.fixture
def mock_ai_manager():
    """Mock AI Manager"""
    mock = AsyncMock()
    mock.generate_text.return_value = '["FlavorAI", "RecipeFlow"]'
    return mock

@pytest.fixture
def name_service(mock_ai_manager):
    """Create NameService with mocked dependencies"""
    return NameService(
        ai_manager=mock_ai_manager,
        research_loader=Mock(),
        db_client=Mock()
    )

@pytest.mark.asyncio
async def test_generate_names_success(name_service):
    """Test successful name generation"""
    result = await name_service.generate(
        description="AI recipe app",
        industry="food tech"
    )
    
    assert len(result['names']) == 10
    assert all(isinstance(name['score'], float) for name in result['names'])
    assert result['status'] == 'completed'

@pytest.mark.asyncio
async def test_generate_names_empty_description(name_service):
    """Test validation error for empty description"""
    with pytest.raises(ValueError, match="Description cannot be empty"):
        await name_service.generate(description="")
